import { Button, Popconfirm, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { client } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { Path } from "@/api/types";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { periods, useArchivePath } from "@/shared/hooks/use-paths";
import { HopsDrawer } from "./hops-drawer";

interface Props {
  path: Path;
  days: number;
  onDays(days: number): void;
}

function download(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The period of the report, and what can be done with the path. */
export function PathActions({ path, days, onDays }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const showError = useErrorToast();
  const archive = useArchivePath();
  const [deciding, setDeciding] = useState(false);
  const params = { path: { path_id: path.id } };

  const exportYaml = async () => {
    const { data, error } = await client.GET("/api/paths/{path_id}/yaml", { params });
    if (data) download(`path-${path.id}.yaml`, data.yaml);
    else showError(error);
  };
  const putAway = async () => {
    try {
      await archive.mutateAsync({ params });
      void navigate("/paths");
    } catch (reason) {
      showError(reason);
    }
  };

  return (
    <Space wrap>
      <Select
        aria-label={t("paths.period")}
        value={days}
        onChange={onDays}
        options={periods.map((value) => ({ value, label: t("paths.lastDays", { count: value }) }))}
      />
      <Button onClick={() => void exportYaml()}>{t("paths.export")}</Button>
      {mayWrite && <Button onClick={() => setDeciding(true)}>{t("paths.decide")}</Button>}
      {deciding && <HopsDrawer path={path} onClose={() => setDeciding(false)} />}
      {mayWrite && (
        <Popconfirm
          title={t("paths.archive.title")}
          description={t("paths.archive.text")}
          okText={t("paths.archive.do")}
          cancelText={t("common.action.cancel")}
          onConfirm={putAway}
        >
          <Button danger>{t("paths.archive.do")}</Button>
        </Popconfirm>
      )}
    </Space>
  );
}
