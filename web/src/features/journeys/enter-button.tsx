import { LoginOutlined } from "@ant-design/icons";
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JourneyDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { PersonsSelect } from "./persons-select";
import { at, useEnter } from "./use-journeys";

const most = 200;

/** Lets people in by hand; the rules of the entry decide about each. */
export function EnterButton({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useErrorToast();
  const enter = useEnter();
  const [persons, setPersons] = useState<string[] | null>(null);
  /** The same press twice lets nobody in twice. */
  const [occasion, setOccasion] = useState("");
  const open = () => {
    setOccasion(`by-hand-${Date.now()}`);
    setPersons([]);
  };
  const send = async () => {
    try {
      const result = await enter.mutateAsync({
        ...at(journey.id),
        body: { persons: persons ?? [], occasion },
      });
      setPersons(null);
      const { entered, refused } = result;
      if (entered > 0)
        message.success(t("journeys.enter.done", { count: entered, people: formatNumber(entered) }));
      if (refused.length === 0) return;
      const reasons = [...new Set(refused.map(({ reason }) => reason))];
      const why = reasons.map((reason) => t(`journeys.enter.why.${reason as "known"}`));
      message.warning(
        t("journeys.enter.refused", {
          count: refused.length,
          people: formatNumber(refused.length),
          why: why.join(t("common.listSeparator")),
        }),
        8,
      );
    } catch (reason) {
      showError(reason);
    }
  };
  return (
    <>
      <Button icon={<LoginOutlined />} onClick={open}>
        {t("journeys.enter.title")}
      </Button>
      <Modal
        open={persons !== null}
        title={t("journeys.enter.title")}
        okText={t("journeys.enter.do")}
        cancelText={t("common.action.cancel")}
        okButtonProps={{ disabled: !persons?.length, loading: enter.isPending }}
        onOk={() => void send()}
        onCancel={() => setPersons(null)}
      >
        <p style={{ marginBottom: 8 }}>{t("journeys.enter.hint")}</p>
        <PersonsSelect
          label={t("journeys.enter.persons")}
          most={most}
          value={persons ?? []}
          onChange={setPersons}
        />
      </Modal>
    </>
  );
}
