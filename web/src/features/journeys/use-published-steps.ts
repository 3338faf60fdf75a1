import { findNode, type NodeData, toDraft } from "./draft";
import { useVersions } from "./use-journeys";
import { useWords } from "./use-words";

/** Steps of the versions of a journey that were published. */
export function usePublishedSteps(journeyId: number) {
  const words = useWords();
  const versions = useVersions(journeyId).data ?? [];
  const drafts = new Map(versions.map(({ number, definition }) => [number, toDraft(definition)]));
  const find = (number: number, node: string): NodeData | undefined => {
    const draft = drafts.get(number);
    return draft && findNode(draft, node);
  };
  return {
    find,
    /** By its name; of a version that is not there, as `otherwise`. */
    name: (number: number, node: string, otherwise = node): string => {
      const draft = drafts.get(number);
      return draft && findNode(draft, node) ? words.target(draft, node) : otherwise;
    },
  };
}
