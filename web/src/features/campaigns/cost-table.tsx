import { PlusOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, InputNumber, Popconfirm, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { CampaignDetail, CostInput } from "@/api/types";
import { DayPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { formatDate } from "@/shared/format/format";
import { useMoney } from "@/shared/hooks/use-money";
import { useNow } from "@/shared/hooks/use-now";
import styles from "./campaigns.module.css";
import { useAddCost, useRemoveCost } from "./use-campaigns";

type Cost = CampaignDetail["costs"][number];
const mostYuan = 9_999_999_999.99;

function CostFormDrawer({ campaignId, onClose }: { campaignId: number; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<CostInput>();
  const add = useAddCost();
  const now = useNow();
  const save = async (body: CostInput) => {
    await add.mutateAsync({ params: { path: { campaign_id: campaignId } }, body });
    message.success(t("campaigns.form.saved"));
  };
  const rule = (label: string) => ({ required: true, message: t("common.required", { label }) });
  const [name, amount, day] = [
    t("campaigns.costs.name"),
    t("campaigns.costs.amount"),
    t("campaigns.costs.day"),
  ];
  return (
    <FormDrawer<CostInput>
      title={t("campaigns.costs.add")}
      form={form}
      initialValues={{ spent_on: formatDate(now) }}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item name="name" label={name} rules={[{ ...rule(name), whitespace: true }]}>
        <Input maxLength={100} placeholder={t("campaigns.costs.namePlaceholder")} autoFocus />
      </Form.Item>
      <Form.Item name="amount" label={amount} rules={[rule(amount)]}>
        <InputNumber min={0.01} max={mostYuan} precision={2} prefix="¥" style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="spent_on" label={day} rules={[rule(day)]}>
        <DayPicker style={{ width: 200 }} />
      </Form.Item>
    </FormDrawer>
  );
}

/** What a campaign cost, entry by entry. */
export function CostTable({ campaign }: { campaign: CampaignDetail }) {
  const { t } = useTranslation();
  const money = useMoney();
  const mayWrite = useMayWrite();
  const remove = useRemoveCost();
  const [adding, setAdding] = useState(false);
  const drop = (cost: Cost) =>
    remove.mutateAsync({ params: { path: { campaign_id: campaign.id, cost_id: cost.id } } });
  return (
    <section className={`card ${styles.part}`} aria-label={t("campaigns.costs.title")}>
      <div className={styles.title}>
        <h2>{t("campaigns.costs.title")}</h2>
        {mayWrite && (
          <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t("campaigns.costs.add")}
          </Button>
        )}
      </div>
      {campaign.costs.length === 0 ? (
        <p className={styles.faint}>{t("campaigns.costs.empty")}</p>
      ) : (
        <Table<Cost>
          size="small"
          rowKey="id"
          pagination={campaign.costs.length > 20 ? { pageSize: 20 } : false}
          dataSource={campaign.costs}
          columns={[
            { key: "name", title: t("campaigns.costs.name"), dataIndex: "name" },
            { key: "day", title: t("campaigns.costs.day"), dataIndex: "spent_on", className: "tabular" },
            {
              key: "amount",
              title: t("campaigns.costs.amount"),
              align: "right",
              render: ({ amount }: Cost) => money(amount),
            },
            {
              key: "actions",
              title: t("campaigns.costs.actions"),
              render: (cost: Cost) =>
                mayWrite && (
                  <Popconfirm title={t("campaigns.costs.remove")} onConfirm={() => drop(cost)}>
                    <Button type="link" size="small" danger>
                      {t("common.action.delete")}
                    </Button>
                  </Popconfirm>
                ),
            },
          ]}
        />
      )}
      {adding && <CostFormDrawer campaignId={campaign.id} onClose={() => setAdding(false)} />}
    </section>
  );
}
