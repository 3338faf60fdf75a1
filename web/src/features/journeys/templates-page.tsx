import { Button, Card, Skeleton, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { JourneyTemplate } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { useShipped } from "@/shared/hooks/use-shipped";
import { useTypeLabel } from "./node-labels";
import { TemplateDrawer } from "./template-drawer";
import styles from "./templates.module.css";

const shownSteps = 6;

function TemplateCard({ template, onOpen }: { template: JourneyTemplate; onOpen(): void }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const typeLabel = useTypeLabel();
  const nodes = Array.isArray(template.preview.nodes) ? template.preview.nodes : [];
  const steps = nodes.map(({ type }: { type: string }) => type).filter((type) => type !== "end");
  return (
    <Card size="small" className={styles.card}>
      <div className={styles.head}>
        <h2>{shipped(template.name)}</h2>
        {template.path && <Tag>{t("journeyTemplates.path")}</Tag>}
      </div>
      <p className={styles.text}>{shipped(template.text)}</p>
      <p className={styles.steps}>
        {steps.slice(0, shownSteps).map(typeLabel).join(" → ")}
        {steps.length > shownSteps && " …"}
      </p>
      <Button onClick={onOpen}>{t("journeyTemplates.open")}</Button>
    </Card>
  );
}

/** Journeys to begin with. */
export function Page() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const templates = $api.useQuery("get", "/api/journey-templates", {});
  const [chosen, setChosen] = useState<JourneyTemplate>();
  if (templates.error)
    return <ErrorState error={templates.error} onRetry={() => void templates.refetch()} fullPage />;
  return (
    <>
      <PageHead
        title={t("journeyTemplates.title")}
        text={t("journeyTemplates.text")}
        extra={<Link to="/journeys">{t("journeyTemplates.back")}</Link>}
      />
      {!templates.data && <Skeleton active paragraph={{ rows: 8 }} />}
      <div className={styles.gallery}>
        {templates.data?.map((template) => (
          <TemplateCard key={template.key} template={template} onOpen={() => setChosen(template)} />
        ))}
      </div>
      {chosen && (
        <TemplateDrawer template={chosen} mayWrite={mayWrite} onClose={() => setChosen(undefined)} />
      )}
    </>
  );
}
