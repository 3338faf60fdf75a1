import { App, Button, Input, Space } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useMayWrite } from "@/api/session";
import type { SegmentDetail, TermGroup } from "@/api/types";
import { ErrorAlert } from "@/shared/components/error-alert";
import { RulePreview } from "./preview";
import { RuleGroupEditor } from "./rule-group";
import styles from "./segments.module.css";
import { type Draft, useDraft } from "./use-draft";
import { useLeaveGuard } from "./use-leave-guard";
import { usePreview, useSegmentActs } from "./use-segments";

interface Props {
  segment: SegmentDetail | null;
  catalogue: TermGroup[];
}

/** Puts the keyboard where something is wrong. */
function focusPlace(root: HTMLElement | null, place: string): void {
  const box = root?.querySelector<HTMLElement>(`[data-place="${place}"]`) ?? root;
  box?.scrollIntoView({ block: "center", behavior: "smooth" });
  box?.querySelector<HTMLElement>("input, button")?.focus({ preventScroll: true });
}

function useSave(segment: SegmentDetail | null, draft: Draft, onSaved: (saved: SegmentDetail) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { create, change } = useSegmentActs();
  const [error, setError] = useState<unknown>(null);
  const save = async (): Promise<void> => {
    setError(null);
    const body = { name: draft.name, note: draft.note, rule: draft.rule };
    try {
      const saved = segment
        ? await change.mutateAsync({
            params: { path: { segment_id: segment.id } },
            body: { ...body, revision: segment.revision },
          })
        : await create.mutateAsync({ body });
      onSaved(saved);
      message.success(t("segments.saved"));
    } catch (reason) {
      setError(reason);
    }
  };
  return { save, error, saving: create.isPending || change.isPending };
}

/** Writes the rule of a segment beside the live count of those for whom it holds. */
export function Builder({ segment, catalogue }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const { draft, setDraft, dirty, known, keep } = useDraft(segment);
  const [insists, setInsists] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const preview = usePreview(draft.rule, segment?.id ?? null);
  const { faults } = preview;
  const { save, error, saving } = useSave(known, draft, (saved) => keep({ segment: saved, draft }));
  useLeaveGuard(dirty);

  const edit = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const showFault = useCallback(() => {
    setInsists(true);
    focusPlace(root.current, faults[0]?.place ?? "");
  }, [faults]);
  const submit = async () => {
    if (faults.length > 0 || draft.rule.terms.length === 0) return showFault();
    await save();
  };
  const made = segment === null && !dirty ? known?.id : undefined;
  useEffect(() => {
    if (made !== undefined) void navigate(`/segments/${made}`, { replace: true });
  }, [made, navigate]);
  const onKey = (event: React.KeyboardEvent) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (mayWrite && draft.name.trim()) void submit();
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only a short cut of the button below
    <div ref={root} className={styles.builder} onKeyDown={onKey}>
      <section className={`card ${styles.panel}`} aria-label={t("segments.rule")}>
        {error !== null && <ErrorAlert error={error} />}
        <div className={styles.names}>
          <Input
            aria-label={t("segments.column.name")}
            placeholder={t("segments.column.name")}
            maxLength={100}
            value={draft.name}
            onChange={(event) => edit({ name: event.target.value })}
          />
          <Input
            aria-label={t("segments.note")}
            placeholder={t("segments.note")}
            maxLength={500}
            value={draft.note}
            onChange={(event) => edit({ note: event.target.value })}
          />
        </div>
        <RuleGroupEditor
          group={draft.rule}
          place=""
          depth={0}
          catalogue={catalogue}
          faults={insists ? faults : []}
          onChange={(rule) => edit({ rule })}
        />
        {mayWrite && (
          <Space className={styles.acts}>
            <Button
              type="primary"
              loading={saving}
              disabled={!dirty || draft.name.trim() === "" || draft.rule.terms.length === 0}
              onClick={() => void submit()}
            >
              {t("common.action.save")}
            </Button>
          </Space>
        )}
      </section>
      <RulePreview preview={preview} isEmpty={draft.rule.terms.length === 0} onShowFault={showFault} />
    </div>
  );
}
