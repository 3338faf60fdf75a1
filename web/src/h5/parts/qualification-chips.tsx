import { useTranslation } from "react-i18next";
import type { PhoneLeadCard, Qualification } from "../api/client";
import { Panel } from "./panel";
import css from "./qualification-chips.module.css";

const chips = ["need", "role", "time", "budget"] as const;

interface Props {
  card: PhoneLeadCard;
  disabled: boolean;
  onChange: (qualification: Qualification) => void;
}

/** 需求, 角色, 时间, 预算: what the member has confirmed, each by a tap. */
export function QualificationChips({ card, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const { qualification } = card;
  const confirmed = chips.filter((chip) => qualification[chip]).length;
  return (
    <Panel title={t("h5.qualification.title")} hint={`${confirmed} / ${chips.length}`}>
      <div className={css.chips}>
        {chips.map((chip) => (
          <button
            type="button"
            key={chip}
            className={css.chip}
            aria-pressed={qualification[chip]}
            disabled={disabled}
            onClick={() => onChange({ ...qualification, [chip]: !qualification[chip] })}
          >
            {t(`h5.qualification.${chip}`)}
          </button>
        ))}
      </div>
    </Panel>
  );
}
