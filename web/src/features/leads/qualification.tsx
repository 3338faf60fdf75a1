import { App, Segmented, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { LeadDetail } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./leads.module.css";
import { useLeadActs } from "./use-leads";

const chips = ["need", "role", "time", "budget"] as const;
const fields = ["industry", "size", "region", "tech", "student", "competitor", "free_mail"] as const;
type Known = "yes" | "no" | "unknown";

function knownOf(value: boolean | undefined): Known {
  return value === undefined ? "unknown" : value ? "yes" : "no";
}

/** What is confirmed, and what is known of the person for the fit. */
export function Qualification({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const acts = useLeadActs(lead.id);
  const { params } = acts;
  const closed = lead.closed_at !== null;
  const complain = (error: unknown) => {
    const { title, fix } = errorText(error);
    message.error(`${title} ${fix}`);
  };
  // What was chosen last counts while it is on its way, or two quick clicks would undo each other.
  const confirmed = acts.chips.isPending ? acts.chips.variables.body : lead.chips;
  const profile = acts.profile.isPending ? acts.profile.variables.body.known : lead.profile;
  const toggle = (chip: (typeof chips)[number], on: boolean) =>
    acts.chips.mutateAsync({ params, body: { ...confirmed, [chip]: on } }).catch(complain);
  const tell = (field: (typeof fields)[number], value: Known) => {
    const { [field]: _, ...others } = profile;
    const known = value === "unknown" ? others : { ...others, [field]: value === "yes" };
    return acts.profile.mutateAsync({ params, body: { known } }).catch(complain);
  };
  return (
    <section className={`card ${styles.part}`} aria-labelledby="qualification-title">
      <h2 id="qualification-title">{t("leads.chips.title")}</h2>
      <p className={styles.faint}>{t("leads.chips.text")}</p>
      <div className={styles.chips}>
        {chips.map((chip) => (
          <Tag.CheckableTag
            key={chip}
            checked={confirmed[chip] ?? false}
            disabled={closed}
            onChange={(on) => void toggle(chip, on)}
          >
            {t(`leads.chips.${chip}`)}
          </Tag.CheckableTag>
        ))}
      </div>
      <dl className={styles.profile}>
        {fields.map((field) => (
          <div key={field}>
            <dt>{t(`leads.signal.${field}`)}</dt>
            <dd>
              <Segmented<Known>
                size="small"
                aria-label={t(`leads.signal.${field}`)}
                disabled={closed}
                value={knownOf(profile[field])}
                onChange={(value) => void tell(field, value)}
                options={(["yes", "no", "unknown"] as const).map((value) => ({
                  value,
                  label: t(`leads.known.${value}`),
                }))}
              />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
