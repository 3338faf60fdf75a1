import { useTranslation } from "react-i18next";
import type { SidebarCustomer } from "../api/client";
import { Face } from "./face";
import css from "./sidebar.module.css";

/** Whom the chat is with. */
export function SidebarHead({ customer }: { customer: SidebarCustomer }) {
  const { t } = useTranslation();
  const name = customer.name || t("h5.lead.nameless");
  return (
    <header className={css.head}>
      <Face name={name} size={44} />
      <div>
        <h1>{name}</h1>
        <p>
          {[customer.company, t("h5.sidebar.from", { source: customer.source ?? t("h5.lead.noSource") })]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {customer.lead && <span className={css.stage}>{t(`h5.stage.${customer.lead.stage}`)}</span>}
    </header>
  );
}
