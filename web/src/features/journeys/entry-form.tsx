import { Alert, Checkbox, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { SegmentSelect } from "@/shared/components/segment-select";
import { eventFieldsOf } from "./conditions";
import type { Draft } from "./draft";
import { inputs } from "./field-inputs";
import { asList } from "./list-inputs";
import { fieldsOfSchedule, type Schedule } from "./schedule";
import { ScheduleInput } from "./schedule-input";
import { TriggersInput } from "./triggers-input";
import { type EditorView, entryId, goalId } from "./use-editor";
import { isWithin, useFaultText, useFieldFault } from "./use-faults";

interface Props {
  view: EditorView;
  edit(change: (draft: Draft) => Draft, key?: string): void;
}

type Part = Record<string, unknown>;
const pers = ["person", "event", "friendship"] as const;
const agains = ["never", "after_end", "always"] as const;
const Duration = inputs.duration;
const defaultShare = 0.2;
const twoWeeks = 14 * 86_400;

/** `beside`: fields that show their own. */
function Faults({ view, id, beside = [] }: { view: EditorView; id: string; beside?: readonly string[] }) {
  const faultText = useFaultText();
  return view
    .faultsOf(id)
    .filter(({ field }) => !beside.some((name) => isWithin(field, name)))
    .map((fault) => (
      <Alert
        key={`${fault.field} ${fault.code}`}
        type="error"
        showIcon
        title={faultText(fault)}
        style={{ marginBottom: 12 }}
      />
    ));
}

/** Who comes in, how often, and when the journey pauses by itself. */
export function EntryForm({ view, edit }: Props) {
  const { t } = useTranslation();
  const entry: Part = view.draft.entry ?? {};
  const put = (change: Part) =>
    edit((draft) => ({ ...draft, entry: { ...draft.entry, ...change } }), `entry ${Object.keys(change)}`);
  const exit = (view.draft.exit ?? {}) as Part;
  const putExit = (change: Part) =>
    edit((draft) => ({ ...draft, exit: { ...(draft.exit as Part), ...change } }));
  const schedule = (entry.schedule as Schedule | null | undefined) ?? undefined;
  const filledIn = schedule ? fieldsOfSchedule(schedule) : [];
  const beside = ["exit.segment", ...filledIn.map((name) => `entry.schedule.${name}`)];
  const fault = useFieldFault(view.faultsOf(entryId));
  const kinds = asList(entry.events).map(({ kind }) => String(kind));
  const keys = eventFieldsOf(kinds).filter((name) => name.endsWith("_id"));
  const given = String(entry.per ?? "");
  const fields = [...new Set([...keys, ...(given.startsWith("event.") ? [given] : [])])];
  return (
    <>
      <Faults view={view} id={entryId} beside={beside} />
      <Form.Item label={t("journeyNodes.entryEvents")} extra={t("journeyNodes.hint.entryEvents")}>
        <TriggersInput value={entry.events} fewest={0} onChange={(events) => put({ events })} />
      </Form.Item>
      <ScheduleInput
        value={schedule}
        draft={view.draft}
        fault={fault}
        onChange={(next) => put({ schedule: next })}
      />
      <Form.Item label={t("journeyNodes.field.per")} htmlFor="entry-per" extra={t("journeyNodes.hint.per")}>
        <Select
          id="entry-per"
          value={String(entry.per ?? "person")}
          options={[
            ...pers.map((value) => ({ value, label: t(`journeyNodes.per.${value}`) })),
            ...fields.map((value) => ({ value, label: view.words.field(value) })),
          ]}
          onChange={(per) => put({ per })}
        />
      </Form.Item>
      <Form.Item label={t("journeyNodes.field.again")} htmlFor="entry-again">
        <Select
          id="entry-again"
          value={String(entry.again ?? "never")}
          options={agains.map((value) => ({ value, label: t(`journeyNodes.again.${value}`) }))}
          onChange={(again) => put({ again })}
        />
      </Form.Item>
      <Form.Item label={t("journeyNodes.field.pause_seconds")} htmlFor="entry-pause">
        <Duration
          id="entry-pause"
          value={entry.pause_seconds ?? 0}
          draft={view.draft}
          onChange={(pause_seconds) => put({ pause_seconds })}
        />
      </Form.Item>
      <Form.Item extra={t("journeyNodes.hint.opt_out")}>
        <Checkbox
          checked={exit.opt_out !== false}
          onChange={({ target }) => putExit({ opt_out: target.checked })}
        >
          {t("journeyNodes.field.opt_out")}
        </Checkbox>
      </Form.Item>
      <Form.Item
        label={t("journeyNodes.field.segment")}
        htmlFor="exit-segment"
        extra={t("journeyNodes.hint.exit_segment")}
        {...fault("exit.segment")}
      >
        <SegmentSelect
          id="exit-segment"
          allowClear
          value={exit.segment as number | null | undefined}
          onChange={(segment) => putExit({ segment })}
        />
      </Form.Item>
      <Form.Item
        label={t("journeyNodes.field.pause_share")}
        htmlFor="entry-share"
        extra={t("journeyNodes.hint.pause_share")}
      >
        <InputNumber
          id="entry-share"
          min={1}
          max={100}
          suffix="%"
          value={Math.round(Number(view.draft.pause_share ?? defaultShare) * 100)}
          onChange={(percent) =>
            edit((draft) => ({ ...draft, pause_share: (percent ?? 100) / 100 }), "pause_share")
          }
        />
      </Form.Item>
    </>
  );
}

/** What the journey is for. */
export function GoalForm({ view, edit }: Props) {
  const { t } = useTranslation();
  const { goal } = view.draft;
  const put = (change: Part) =>
    edit((draft) => ({ ...draft, goal: { ...draft.goal, ...change } }), `goal ${Object.keys(change)}`);
  const events = [{ kind: "FollowerMessageReceived" }];
  return (
    <>
      <Faults view={view} id={goalId} />
      <Form.Item extra={t("journeyNodes.hint.goal")}>
        <Checkbox
          checked={Boolean(goal)}
          onChange={({ target }) =>
            edit((draft) => ({
              ...draft,
              goal: target.checked ? { events, within_seconds: twoWeeks, ends_run: true } : null,
            }))
          }
        >
          {t("journeyNodes.hasGoal")}
        </Checkbox>
      </Form.Item>
      {goal && (
        <>
          <Form.Item label={t("journeyNodes.goalEvents")}>
            <TriggersInput value={goal.events} onChange={(list) => put({ events: list })} />
          </Form.Item>
          <Form.Item label={t("journeyNodes.field.within_seconds")} htmlFor="goal-within">
            <Duration
              id="goal-within"
              value={goal.within_seconds}
              draft={view.draft}
              onChange={(within_seconds) => put({ within_seconds })}
            />
          </Form.Item>
          <Form.Item>
            <Checkbox
              checked={goal.ends_run !== false}
              onChange={({ target }) => put({ ends_run: target.checked })}
            >
              {t("journeyNodes.endsByGoal")}
            </Checkbox>
          </Form.Item>
        </>
      )}
    </>
  );
}
