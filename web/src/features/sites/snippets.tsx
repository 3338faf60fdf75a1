import { Alert, Modal, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewWriteKey, Site, WriteKey } from "@/api/types";
import { CopyButton } from "@/shared/components/copy-button";
import styles from "./sites.module.css";
import { type Form, formsOf, snippet } from "./snippet-texts";
import { ToldOnce } from "./told-once";

const placeholders: Record<WriteKey["kind"], string> = { public: "wlp_…", server: "wls_…" };

function Code({ forms, address, keyText }: { forms: Form[]; address: string; keyText(form: Form): string }) {
  const { t } = useTranslation();
  const [form, setForm] = useState(forms[0] as Form);
  const text = snippet(form, address, keyText(form));
  return (
    <>
      <div className={styles.codeHead}>
        <Segmented
          value={form}
          onChange={setForm}
          options={forms.map((value) => ({ value, label: t(`sites.snippet.form.${value}`) }))}
        />
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      <section className={styles.code} tabIndex={0} aria-label={t(`sites.snippet.form.${form}`)}>
        <pre>{text}</pre>
      </section>
      <p className={styles.faint}>{t(`sites.snippet.hint.${form}`)}</p>
    </>
  );
}

interface Props {
  site: Site;
  /** A key that was just made: it is shown this once, in the code as well. */
  made: NewWriteKey | null;
  onClose(): void;
}

/** How to connect a site, and the key itself right after it was made. */
export function SnippetModal({ site, made, onClose }: Props) {
  const { t } = useTranslation();
  const forms = made ? formsOf[made.kind] : [...formsOf.public, ...formsOf.server];
  const kindOf = (form: Form) => (formsOf.public.includes(form) ? "public" : "server");
  return (
    <Modal
      open
      width={760}
      title={made ? t("sites.key.made", { name: made.name }) : t("sites.snippet.of", { name: site.name })}
      onCancel={onClose}
      onOk={onClose}
      okText={t("sites.close")}
      cancelButtonProps={{ style: { display: "none" } }}
      mask={{ closable: made === null }}
    >
      {made ? (
        <ToldOnce text={made.key} hint={t("sites.key.once")} />
      ) : (
        <Alert type="info" showIcon title={t("sites.snippet.needsKey")} className={styles.alert} />
      )}
      <Code
        forms={forms}
        address={site.address}
        keyText={(form) => made?.key ?? placeholders[kindOf(form)]}
      />
    </Modal>
  );
}
