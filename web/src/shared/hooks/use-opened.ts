import { useState } from "react";

/** What a form was opened with, however often it comes anew: what others write meanwhile must not be overwritten unseen. */
export function useOpened<T>(value: T): T {
  const [opened] = useState(value);
  return opened;
}
