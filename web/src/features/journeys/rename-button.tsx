import { EditOutlined } from "@ant-design/icons";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JourneyDetail } from "@/api/types";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { at, useChangeJourney } from "./use-journeys";

const longest = 100;

export function RenameButton({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const showError = useErrorToast();
  const change = useChangeJourney();
  const [name, setName] = useState<string | null>(null);
  const save = async () => {
    try {
      await change.mutateAsync({
        ...at(journey.id),
        body: { revision: journey.revision, name: name ?? "" },
      });
      setName(null);
    } catch (reason) {
      showError(reason);
    }
  };
  return (
    <>
      <Button icon={<EditOutlined />} onClick={() => setName(journey.name)}>
        {t("journeys.rename")}
      </Button>
      <Modal
        open={name !== null}
        title={t("journeys.rename")}
        okText={t("common.action.save")}
        cancelText={t("common.action.cancel")}
        okButtonProps={{ disabled: !name?.trim(), loading: change.isPending }}
        onOk={() => void save()}
        onCancel={() => setName(null)}
      >
        <Input
          aria-label={t("journeys.column.name")}
          maxLength={longest}
          value={name ?? ""}
          onChange={(event) => setName(event.target.value)}
        />
      </Modal>
    </>
  );
}
