import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { JourneyFault } from "@/api/types";
import type { Draft } from "./draft";
import styles from "./editor.module.css";
import { entryId, goalId, ownerOf } from "./use-editor";
import { useFaultText } from "./use-faults";
import type { Words } from "./use-words";

interface Props {
  faults: JourneyFault[];
  words: Words;
  draft: Draft;
  onOpen(fault: JourneyFault): void;
}

/** Everything that keeps a draft from being published; a click leads to its node. */
export function FaultList({ faults, words, draft, onOpen }: Props) {
  const { t } = useTranslation();
  const faultText = useFaultText();
  if (faults.length === 0) return null;
  const nameOf = (id: string) => {
    if (id === entryId) return t("journeyNodes.entry");
    return id === goalId ? t("journeyNodes.goal") : words.target(draft, id);
  };
  return (
    <Alert
      className={styles.faults}
      type="warning"
      showIcon
      title={t("journeys.faults", { count: faults.length })}
      description={
        <ul>
          {faults.map((fault) => (
            <li key={`${fault.node} ${fault.field} ${fault.code}`}>
              <button type="button" onClick={() => onOpen(fault)}>
                {t("journeyNodes.fault.ofField", {
                  field: nameOf(ownerOf(fault)),
                  text: faultText(fault),
                })}
              </button>
            </li>
          ))}
        </ul>
      }
    />
  );
}
