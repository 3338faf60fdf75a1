import { act, renderHook } from "@testing-library/react";
import type { SegmentDetail } from "@/api/types";
import { useDraft } from "./use-draft";

const segment = (revision: number, name: string) =>
  ({ id: 3, revision, name, note: "", rule: { op: "all", terms: [] } }) as unknown as SegmentDetail;

const open = () =>
  renderHook(({ given }: { given: SegmentDetail }) => useDraft(given), {
    initialProps: { given: segment(1, "老客户") },
  });

it("takes up what others saved while nothing was typed", () => {
  const { result, rerender } = open();
  rerender({ given: segment(2, "他人的名字") });
  expect(result.current).toMatchObject({
    draft: { name: "他人的名字" },
    known: { revision: 2 },
    dirty: false,
  });
});

it("keeps what was typed when others save, and does not save over theirs unseen", () => {
  const { result, rerender } = open();
  act(() => result.current.setDraft((before) => ({ ...before, name: "我的名字" })));
  rerender({ given: segment(2, "他人的名字") });
  expect(result.current).toMatchObject({ draft: { name: "我的名字" }, known: { revision: 1 }, dirty: true });
});

it("knows what was typed while the server was saving for not kept yet", () => {
  const { result, rerender } = open();
  act(() => result.current.setDraft((before) => ({ ...before, name: "一" })));
  const sent = result.current.draft;
  act(() => result.current.setDraft((before) => ({ ...before, name: "一二" })));
  act(() => result.current.keep({ segment: segment(2, "一"), draft: sent }));
  rerender({ given: segment(2, "一") });
  expect(result.current).toMatchObject({ draft: { name: "一二" }, known: { revision: 2 }, dirty: true });
});
