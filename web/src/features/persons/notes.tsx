import { EditOutlined, LoadingOutlined, WarningOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Select, Skeleton, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useMayWrite } from "@/api/session";
import type { NotedTag, NotedValue, PersonNotes } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { useFailureText } from "@/shared/hooks/use-failure-text";
import styles from "./person-page.module.css";
import { useTagOptions } from "./use-persons";
import { ValuesDrawer } from "./values-drawer";

function useMark(personId: string) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const mark = $api.useMutation("post", "/api/tags/marks", {
    onSettled: () => invalidateTopic(queries, "tags"),
    onSuccess: ({ unreached }: { unreached: number }) => {
      if (unreached > 0) message.warning(t("persons.notes.unreached"));
    },
    onError: (error: unknown) => {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    },
  });
  return (tag: number, on: boolean) => mark.mutate({ body: { tags: [tag], persons: [personId], on } });
}

function NotedTagView({ tag, onRemove }: { tag: NotedTag; onRemove: (() => void) | null }) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const failed = tag.marks.find(({ failure }) => failure !== null)?.failure;
  const origin = [t(`tags.kind.${tag.kind as "local"}`), tag.account_name, tag.group]
    .filter(Boolean)
    .join(" · ");
  const staff = tag.staff.length > 0 ? ` · ${tag.staff.join(t("common.listSeparator"))}` : "";
  const why = failed
    ? ` · ${failureText(failed).cause}`
    : tag.marks.length > 0
      ? ` · ${t("persons.notes.underWay")}`
      : "";
  const icon = failed ? <WarningOutlined /> : tag.marks.length > 0 ? <LoadingOutlined /> : undefined;
  return (
    <Tooltip title={origin + staff + why}>
      <Tag
        icon={icon}
        color={failed ? "error" : undefined}
        closable={onRemove !== null && { "aria-label": t("persons.notes.remove", { name: tag.name }) }}
        onClose={(event) => {
          event.preventDefault();
          onRemove?.();
        }}
        className={tag.since ? undefined : styles.pendingTag}
      >
        {tag.name}
      </Tag>
    </Tooltip>
  );
}

function Tags({ personId, tags }: { personId: string; tags: NotedTag[] }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const mark = useMark(personId);
  const options = useTagOptions(tags.map(({ id }) => id));
  return (
    <>
      <div className={styles.tags}>
        {tags.map((tag) => (
          <NotedTagView key={tag.id} tag={tag} onRemove={mayWrite ? () => mark(tag.id, false) : null} />
        ))}
        {tags.length === 0 && <span className={styles.faint}>{t("persons.notes.noTags")}</span>}
      </div>
      {mayWrite && options.length > 0 && (
        <Select
          size="small"
          className={styles.addTag}
          value={null}
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("persons.notes.add")}
          aria-label={t("persons.notes.add")}
          options={options}
          onChange={(tag: number | null) => tag !== null && mark(tag, true)}
        />
      )}
    </>
  );
}

function useShown(): (value: NotedValue) => string {
  const { t } = useTranslation();
  return ({ value }) => {
    if (value === null) return "—";
    return typeof value === "boolean" ? t(value ? "persons.notes.yes" : "persons.notes.no") : String(value);
  };
}

function Values({ values }: { values: NotedValue[] }) {
  const { t } = useTranslation();
  const shown = useShown();
  return (
    <dl className={styles.values}>
      {values.map((value) => (
        <div key={value.id}>
          <dt>{value.name}</dt>
          <dd>
            {shown(value)}
            {value.origin && (
              <span className={styles.faint}> · {t(`persons.origin.${value.origin as "hand"}`)}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Content({ personId, notes }: { personId: string; notes: PersonNotes }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState(false);
  return (
    <>
      <Tags personId={personId} tags={notes.tags} />
      {notes.company && (
        <p className={styles.companyLine}>
          {t("persons.notes.company")} <Link to={`/companies/${notes.company.id}`}>{notes.company.name}</Link>
        </p>
      )}
      {notes.attributes.length > 0 && <Values values={notes.attributes} />}
      {mayWrite && notes.attributes.length > 0 && (
        <Button size="small" icon={<EditOutlined />} onClick={() => setEditing(true)}>
          {t("persons.notes.edit")}
        </Button>
      )}
      {editing && (
        <ValuesDrawer personId={personId} values={notes.attributes} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

/** Tags, attributes and the company of a person. */
export function Notes({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const query = $api.useQuery("get", "/api/persons/{person_id}/notes", {
    params: { path: { person_id: personId } },
  });
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="notes-title">
      <h2 id="notes-title">{t("persons.notes.title")}</h2>
      {query.isPending && <Skeleton active paragraph={{ rows: 2 }} title={false} />}
      {query.data && <Content personId={personId} notes={query.data} />}
    </section>
  );
}
