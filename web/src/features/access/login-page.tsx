import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { useSession } from "@/api/session";
import { LanguageSwitch } from "@/shared/components/language-switch";
import { LoopMark } from "@/shared/components/loop-mark";
import { ThemeSwitch } from "@/shared/components/theme-switch";
import { useTitle } from "@/shared/hooks/use-title";
import { LoginForm } from "./login-form";
import styles from "./login-page.module.css";
import { LoopPicture } from "./loop-picture";

/** Only addresses of this console are led back to. */
export function safeTarget(to: string | null): string {
  return to !== null && /^\/(?![/\\])/.test(to) ? to : "/";
}

function Promises() {
  const { t } = useTranslation();
  return (
    <ul className={styles.points}>
      <li>{t("access.login.points.live")}</li>
      <li>{t("access.login.points.official")}</li>
      <li>{t("access.login.points.own")}</li>
    </ul>
  );
}

export function Page() {
  const { t } = useTranslation();
  const session = useSession();
  const [query] = useSearchParams();
  useTitle(t("access.login.title"));
  if (session.data) return <Navigate to={safeTarget(query.get("to"))} replace />;
  return (
    <div className={styles.page}>
      <section className={styles.story} aria-label={t("common.product")}>
        <div className={styles.brand}>
          <LoopMark size={34} />
          <span>{t("common.product")}</span>
        </div>
        <LoopPicture />
        <div>
          <p className={styles.slogan}>{t("access.login.subtitle")}</p>
          <Promises />
        </div>
      </section>
      <div className={styles.side}>
        <div className={styles.tools}>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
        <main className={styles.panel}>
          <h1 className={styles.title}>{t("access.login.title")}</h1>
          <p className={styles.tagline}>{t("common.tagline")}</p>
          <LoginForm />
        </main>
      </div>
    </div>
  );
}
