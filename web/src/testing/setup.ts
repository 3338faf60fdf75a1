import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { startI18n } from "@/i18n/i18n";

/** What browsers have and jsdom lacks. */
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as unknown as MediaQueryList;
window.ResizeObserver = NoObserver as unknown as typeof ResizeObserver;

// Roles are looked up without computing styles, and slow machines get time.
configure({ defaultHidden: true, asyncUtilTimeout: 30_000 });

await startI18n("zh-CN");

afterEach(() => {
  cleanup();
  // What text areas are measured by stays in the page, which the files of a worker share.
  for (const each of document.querySelectorAll("[name=hiddenTextarea]")) each.remove();
  localStorage.clear();
});
