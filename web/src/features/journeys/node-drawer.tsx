import { Alert, Button, Drawer, Form, Input, Select, Space } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { JourneyFault } from "@/api/types";
import { MassLoadNote } from "@/shared/components/mass-load-note";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { DeliveryTag, deliveryOf } from "./delivery-tag";
import { type Draft, exitsOf, type NodeData, putNode, setTarget } from "./draft";
import { EntryForm, GoalForm } from "./entry-form";
import { inputs } from "./field-inputs";
import { type FieldSpec, nodeTypes } from "./node-types";
import { type EditorView, entryId, goalId } from "./use-editor";
import { isWithin, useFaultText, useFieldFault } from "./use-faults";

export type Edit = (change: (draft: Draft) => Draft, key?: string) => void;

const idPattern = /^[a-z][a-z0-9_]{0,39}$/;
const ends = "";

interface Props {
  view: EditorView;
  edit: Edit;
  /** What was chosen to be mended: the keyboard goes there. */
  fault?: JourneyFault | null;
  onClose(): void;
}

function Field({
  spec,
  node,
  view,
  edit,
}: {
  spec: FieldSpec;
  node: NodeData;
  view: EditorView;
  edit: Edit;
}) {
  const { t, i18n } = useTranslation();
  const fieldFault = useFieldFault(view.faultsOf(node.id));
  const Input = inputs[spec.kind];
  const id = `node-${spec.name}`;
  const hint = `journeyNodes.hint.${node.type}_${spec.name}`;
  return (
    <Form.Item
      label={t(`journeyNodes.field.${spec.name as "at"}`)}
      htmlFor={id}
      required={!spec.optional}
      extra={i18n.exists(hint) ? t(hint as "journeyNodes.hint.delay_for_seconds") : undefined}
      {...fieldFault(spec.name)}
    >
      <Input
        key={node.id}
        id={id}
        value={node[spec.name]}
        draft={view.draft}
        node={node}
        onChange={(value) =>
          edit(
            (draft) =>
              putNode(draft, node.id, {
                ...current(draft, node),
                [spec.name]: value,
                ...Object.fromEntries((spec.clears ?? []).map((name) => [name, startOf(node)[name]])),
              }),
            `${node.id} ${spec.name}`,
          )
        }
      />
    </Form.Item>
  );
}

const startOf = ({ type }: NodeData): Record<string, unknown> => nodeTypes[type]?.start ?? {};

const current = (draft: Draft, node: NodeData): NodeData =>
  draft.nodes.find(({ id }) => id === node.id) ?? node;

/** Where each way out leads: that is how loops and short cuts are made. */
function Exits({ node, view, edit }: { node: NodeData; view: EditorView; edit: Edit }) {
  const { t } = useTranslation();
  const fieldFault = useFieldFault(view.faultsOf(node.id));
  const options = [
    { value: ends, label: t("journeyNodes.endsRun") },
    ...view.draft.nodes.map(({ id }) => ({ value: id, label: view.words.target(view.draft, id) })),
  ];
  const exits = exitsOf(node);
  const isOne = exits.length === 1;
  return exits.map(({ path, target }) => (
    <Form.Item
      key={path}
      label={
        isOne ? t("journeyNodes.leadsOn") : t("journeyNodes.leadsTo", { exit: view.words.exit(node, path) })
      }
      htmlFor={`exit-${path}`}
      {...fieldFault(path)}
    >
      <Select
        id={`exit-${path}`}
        showSearch={{ optionFilterProp: "label" }}
        value={target ?? ends}
        options={options}
        onChange={(to) => edit((draft) => setTarget(draft, { node: node.id, path }, to === ends ? null : to))}
      />
    </Form.Item>
  ));
}

function Name({ node, view, edit }: { node: NodeData; view: EditorView; edit: Edit }) {
  const { t } = useTranslation();
  const rename = (id: string) => {
    const taken = view.draft.nodes.some((each) => each.id === id);
    if (id === node.id || taken || !idPattern.test(id)) return;
    edit((draft) => putNode(draft, node.id, { ...current(draft, node), id }));
    view.select(id);
  };
  return (
    <Form.Item label={t("journeyNodes.field.id")} htmlFor="node-id" extra={t("journeyNodes.hint.id")}>
      <Input
        id="node-id"
        key={node.id}
        defaultValue={node.id}
        maxLength={40}
        onBlur={(event) => rename(event.target.value)}
      />
    </Form.Item>
  );
}

/** What is wrong and belongs to no field that is shown. */
function OtherFaults({ node, view }: { node: NodeData; view: EditorView }) {
  const faultText = useFaultText();
  const shown = [
    ...(nodeTypes[node.type]?.fields ?? []).map(({ name }) => name),
    ...exitsOf(node).map(({ path }) => path),
  ];
  const others = view.faultsOf(node.id).filter(({ field }) => !shown.some((name) => isWithin(field, name)));
  return others.map((fault) => (
    <Alert
      key={`${fault.field} ${fault.code}`}
      type="error"
      showIcon
      title={faultText(fault)}
      style={{ marginBottom: 12 }}
    />
  ));
}

function NodeForm({ node, view, edit }: { node: NodeData; view: EditorView; edit: Edit }) {
  return (
    <>
      <OtherFaults node={node} view={view} />
      {deliveryOf(node) === "confirmed" && <MassLoadNote always />}
      {(nodeTypes[node.type]?.fields ?? [])
        .filter(({ when }) => when?.(node) ?? true)
        .map((spec) => (
          <Field key={spec.name} spec={spec} node={node} view={view} edit={edit} />
        ))}
      <Exits node={node} view={view} edit={edit} />
      <Name node={node} view={view} edit={edit} />
    </>
  );
}

/** Puts the keyboard into the field of a fault. */
function FaultFocus({ fault, children }: { fault: JourneyFault | null; children: ReactNode }) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (fault === null) return;
    const named = root.current?.querySelector(`#node-${CSS.escape(fault.field.split(".")[0] ?? "")}`);
    const wrong = root.current?.querySelector(".ant-form-item-has-error :is(input, textarea, button)");
    const found = (named ?? wrong) as HTMLElement | null | undefined;
    found?.scrollIntoView({ block: "center" });
    found?.focus({ preventScroll: true });
  }, [fault]);
  return <div ref={root}>{children}</div>;
}

/** The form of what is selected: every change counts at once. */
export function NodeDrawer({ view, edit, fault = null, onClose }: Props) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const { selected, draft, words } = view;
  const node = draft.nodes.find(({ id }) => id === selected);
  const isHead = selected === entryId || selected === goalId;
  if (selected === null || (!node && !isHead)) return null;
  const title = node ? (
    <Space>
      {words.type(node.type)}
      <DeliveryTag node={node} />
    </Space>
  ) : (
    t(selected === entryId ? "journeyNodes.entry" : "journeyNodes.goal")
  );
  const readOnly = view.change === undefined;
  const close = () => {
    onClose();
    view.focus(selected);
  };
  return (
    <Drawer
      open
      title={title}
      size={isNarrow ? "100%" : 560}
      mask={false}
      autoFocus={fault === null}
      onClose={close}
      footer={
        !readOnly && (
          <Space style={{ justifyContent: "flex-end", width: "100%" }}>
            {node && (
              <Button
                danger
                onClick={() => {
                  onClose();
                  view.change?.remove(node.id);
                }}
              >
                {t("common.action.delete")}
              </Button>
            )}
            <Button type="primary" onClick={close}>
              {t("journeyNodes.done")}
            </Button>
          </Space>
        )
      }
    >
      <Form layout="vertical" disabled={readOnly} component="div">
        <FaultFocus fault={fault}>
          {node && <NodeForm key={node.id} node={node} view={view} edit={edit} />}
          {selected === entryId && <EntryForm view={view} edit={edit} />}
          {selected === goalId && <GoalForm view={view} edit={edit} />}
        </FaultFocus>
      </Form>
    </Drawer>
  );
}
