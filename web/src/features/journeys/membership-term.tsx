import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { SegmentSelect } from "@/shared/components/segment-select";
import { type Membership, membershipTerm, type Term } from "./conditions";
import styles from "./editor.module.css";

interface Props {
  value: Membership;
  onChange(term: Term): void;
}

/** Whether somebody is in a segment: the part of a term behind its field. */
export function MembershipTerm({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        aria-label={t("journeyNodes.condition.op")}
        value={value.within}
        options={[
          { value: true, label: t("journeyNodes.segmentTerm.in") },
          { value: false, label: t("journeyNodes.segmentTerm.notIn") },
        ]}
        onChange={(within) => onChange(membershipTerm({ ...value, within }))}
        className={styles.termOp}
        popupMatchSelectWidth={false}
      />
      <SegmentSelect
        label={t("journeyNodes.field.segment_id")}
        value={value.segment}
        onChange={(segment) => onChange(membershipTerm({ ...value, segment: segment ?? null }))}
        className={styles.termValue}
      />
    </>
  );
}
