import Button from "antd-mobile/es/components/button";
import { useTranslation } from "react-i18next";
import { LoopMark } from "../parts/loop-mark";
import { reopen } from "../place";
import css from "./problem-page.module.css";

interface Props {
  code: string;
  /** Whether only WeCom can help: the page is opened anew through it. */
  again?: boolean;
  onRetry?: () => void;
}

/** A page that cannot be shown: what happened and what to do. */
export function ProblemPage({ code, again = false, onRetry }: Props) {
  const { t, i18n } = useTranslation();
  const known = (i18n.exists(`error.${code}.title`) ? code : "internal") as "internal";
  return (
    <main className={css.page}>
      <LoopMark size={44} />
      <h1>{t(`error.${known}.title`)}</h1>
      <p>{t(`error.${known}.fix`, { reason: "" })}</p>
      {again ? (
        <Button color="primary" size="large" onClick={reopen}>
          {t("h5.problem.reopen")}
        </Button>
      ) : (
        onRetry && (
          <Button color="primary" size="large" onClick={onRetry}>
            {t("h5.problem.retry")}
          </Button>
        )
      )}
    </main>
  );
}
