import { Segmented } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { JourneyDetail, JourneyFault } from "@/api/types";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { Canvas } from "./canvas";
import { ConflictAlert } from "./conflict-alert";
import { deleteNode, exitsOf, findNode, freshId, insert, moveNode, newNode, type Place } from "./draft";
import styles from "./editor.module.css";
import { EditorToolbar } from "./editor-toolbar";
import { FaultList } from "./fault-list";
import { NodeDrawer } from "./node-drawer";
import { NodeList } from "./node-list";
import { Palette } from "./palette";
import { useOnlyAccount } from "./pick-inputs";
import { useDraft } from "./use-draft";
import { type EditorView, entryId, focusNode, ownerOf, useViewParts } from "./use-editor";
import { useEditorKeys } from "./use-editor-keys";
import { useFaults } from "./use-faults";
import { useCounts } from "./use-journeys";

type Look = "drawing" | "list";

/** Puts the cursor on a node once it is drawn. */
function useFocusLater(): (id: string) => void {
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => {
    if (wanted === null) return;
    focusNode(wanted);
    setWanted(null);
  }, [wanted]);
  return setWanted;
}

const followingOf = (draft: EditorView["draft"], place: Place): string | null => {
  if (place === "start") return draft.nodes[0]?.id ?? null;
  if ("before" in place) return place.before;
  const node = findNode(draft, place.node);
  return (node && exitsOf(node).find(({ path }) => path === place.path)?.target) ?? null;
};

/** The card beside which a place is. */
function standingAt(place: Place): string {
  if (place === "start") return entryId;
  return "before" in place ? place.before : place.node;
}

/** The draft of a journey, as a drawing or as a list. */
export function EditorTab({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const isNarrow = useMediaQuery(narrow);
  const [chosen, setLook] = useState<Look | null>(null);
  const look = chosen ?? (isNarrow ? "list" : "drawing");
  const state = useDraft(journey);
  const { draft, edit } = state;
  const faults = useFaults(draft, mayWrite);
  const counts = useCounts(journey.id, journey.number);
  const [selected, setSelected] = useState<string | null>(null);
  const [fault, setFault] = useState<JourneyFault | null>(null);
  const select = (id: string | null) => {
    setFault(null);
    setSelected(id);
  };
  const [place, setPlace] = useState<Place | null>(null);
  const focusLater = useFocusLater();
  const withOnlyAccount = useOnlyAccount();

  const add = (type: string) => {
    if (place === null) return;
    const id = freshId(draft, type);
    const node = withOnlyAccount(newNode(type, id));
    edit((before) => insert(before, place, node));
    setPlace(null);
    select(id);
    focusLater(id);
  };
  const change = {
    move: (id: string, by: -1 | 1) => {
      edit((before) => moveNode(before, id, by));
      focusLater(id);
    },
    remove: (id: string) => {
      const node = findNode(draft, id);
      const onward = node && exitsOf(node)[0]?.target;
      edit((before) => deleteNode(before, id));
      select(null);
      focusLater(onward ?? draft.nodes[0]?.id ?? "");
    },
  };
  const view: EditorView = {
    ...useViewParts(draft, counts.data, faults),
    selected,
    select,
    change: mayWrite ? change : undefined,
    insertAt: mayWrite ? setPlace : undefined,
  };
  const open = (chosen: JourneyFault) => {
    const id = ownerOf(chosen);
    focusNode(id);
    setSelected(id);
    setFault({ ...chosen });
  };
  const onKeyDown = useEditorKeys(view, state);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are for the buttons in it
    <div onKeyDown={onKeyDown}>
      <EditorToolbar journey={journey} state={state} faults={faults}>
        <Segmented<Look>
          aria-label={t("journeys.look.label")}
          value={look}
          options={(["drawing", "list"] as const).map((value) => ({
            value,
            label: t(`journeys.look.${value}`),
          }))}
          onChange={setLook}
        />
      </EditorToolbar>
      {state.theirs && <ConflictAlert state={state} theirs={state.theirs} />}
      <FaultList faults={faults} words={view.words} draft={draft} onOpen={open} />
      {look === "drawing" ? <Canvas view={view} /> : <NodeList view={view} />}
      {mayWrite && <p className={styles.quiet}>{t("journeys.keys")}</p>}
      <NodeDrawer view={view} edit={edit} fault={fault} onClose={() => select(null)} />
      {place !== null && (
        <Palette
          words={view.words}
          last={followingOf(draft, place) === null}
          onPick={add}
          onClose={() => {
            setPlace(null);
            focusLater(standingAt(place));
          }}
        />
      )}
    </div>
  );
}
