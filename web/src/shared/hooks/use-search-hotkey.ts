import { useEffect } from "react";

const typing = "input, textarea, select, [contenteditable=true]";

/** "/" puts the cursor into the search field of what is on top, unless somebody is typing. */
export function useSearchHotkey(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || target?.matches(typing))
        return;
      const field = [...document.querySelectorAll<HTMLInputElement>("input[data-search]")].at(-1);
      if (field === undefined) return;
      event.preventDefault();
      field.focus();
      field.select();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
