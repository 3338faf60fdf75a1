import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { Fact, Identity, PersonDetail } from "@/api/types";
import { CopyButton } from "@/shared/components/copy-button";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import styles from "./person-page.module.css";
import { useUndoLink } from "./use-persons";

function useKindName(): (kind: string) => string {
  const { t, i18n } = useTranslation();
  return (kind) => (i18n.exists(`persons.kind.${kind}`) ? t(`persons.kind.${kind as "phone"}`) : kind);
}

function IdentityRow({ identity }: { identity: Identity }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  return (
    <li className={styles.identity}>
      <span className={styles.identityKind}>
        {kindName(identity.kind)}
        {identity.account_name && <span className={styles.faint}> · {identity.account_name}</span>}
      </span>
      <span className={styles.value}>
        <code>{identity.value}</code>
        <CopyButton
          text={identity.value}
          label=""
          type="text"
          size="small"
          aria-label={t("common.action.copy")}
        />
      </span>
      {identity.profile?.name && <span className={styles.faint}>{identity.profile.name}</span>}
      {identity.found === false && <span className={styles.faint}>{t("persons.identity.notFound")}</span>}
    </li>
  );
}

function toneOf(fact: Fact): { tone: Tone; key: "active" | "ignored" | "undone" } {
  if (!fact.active) return { tone: "quiet", key: "undone" };
  return fact.ignored ? { tone: "warn", key: "ignored" } : { tone: "good", key: "active" };
}

/** Asks first: undoing may tell one person apart into two. */
function useToggleLink(personId: string, fact: Fact) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const showError = useErrorToast();
  const action = fact.active ? "undo" : "redo";
  const toggle = useUndoLink(personId, action);
  return () =>
    modal.confirm({
      title: t(`persons.link.${action}Title`),
      content: t(`persons.link.${action}Text`),
      okText: t(`persons.link.${action}`),
      cancelText: t("common.action.cancel"),
      onOk: async () => {
        try {
          await toggle.mutateAsync({ params: { path: { person_id: personId, key: fact.key } } });
          message.success(t(`persons.link.${action}Done`));
        } catch (error) {
          showError(error);
        }
      },
    });
}

function LinkRow({ personId, fact }: { personId: string; fact: Fact }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const mayWrite = useMayWrite();
  const toggle = useToggleLink(personId, fact);
  const { tone, key } = toneOf(fact);
  return (
    <li className={styles.link}>
      <span className={styles.ends}>
        <Tooltip title={fact.a_value}>{kindName(fact.a_kind)}</Tooltip>
        <span className={styles.bond} data-strength={fact.strength} aria-hidden="true" />
        <Tooltip title={fact.b_value}>{kindName(fact.b_kind)}</Tooltip>
      </span>
      <span className={styles.linkState}>
        <Tooltip title={t(`persons.link.${fact.strength === "weak" ? "weakHint" : "strongHint"}`)}>
          <span>{t(`persons.link.${fact.strength === "weak" ? "weak" : "strong"}`)}</span>
        </Tooltip>
        <StateDot tone={tone}>{t(`persons.link.${key}`)}</StateDot>
        {mayWrite && (
          <Button type="link" size="small" onClick={toggle}>
            {t(fact.active ? "persons.link.undo" : "persons.link.redo")}
          </Button>
        )}
      </span>
    </li>
  );
}

/** Under which names platforms know the person, and what joins these names. */
export function Identities({ person }: { person: PersonDetail }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="identities-title">
      <h2 id="identities-title">{t("persons.identity.title")}</h2>
      <ul>
        {person.identities.map((identity) => (
          <IdentityRow key={identity.id} identity={identity} />
        ))}
      </ul>
      {person.facts.length > 0 && (
        <>
          <h3>{t("persons.link.title")}</h3>
          <ul>
            {person.facts.map((fact) => (
              <LinkRow key={fact.key} personId={person.id} fact={fact} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
