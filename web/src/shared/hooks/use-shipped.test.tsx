import { renderHook } from "@testing-library/react";
import { switchLocale } from "@/i18n/i18n";
import { useShipped } from "./use-shipped";

afterEach(() => switchLocale("zh-CN"));

it("tells shipped names in the page's language and leaves all others as they are", async () => {
  await switchLocale("en-US");
  const { result } = renderHook(useShipped);
  expect(["加企微", "阅读 → 加企微", "我们的群", "toString", "a.b"].map(result.current)).toEqual([
    "Add on WeCom",
    "Read → Add on WeCom",
    "我们的群",
    "toString",
    "a.b",
  ]);
});
