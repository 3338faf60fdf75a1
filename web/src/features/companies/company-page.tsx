import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Select, Skeleton, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { useMayWrite } from "@/api/session";
import type { CompanyInfo } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { FormDrawer } from "@/shared/components/form-drawer";
import { PageHead } from "@/shared/components/page-head";
import styles from "./companies.module.css";
import { CompanyPersons } from "./company-persons";

function RenameDrawer({ company, onClose }: { company: CompanyInfo; onClose(): void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ name: string }>();
  const rename = $api.useMutation("put", "/api/companies/{company_id}", {
    onSuccess: () => invalidateTopic(queries, "companies"),
  });
  const label = t("companies.column.name");
  return (
    <FormDrawer<{ name: string }>
      title={t("companies.rename")}
      form={form}
      initialValues={{ name: company.name }}
      onSubmit={({ name }) =>
        rename.mutateAsync({ params: { path: { company_id: company.id } }, body: { name } })
      }
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={label}
        rules={[{ required: true, whitespace: true, message: t("common.required", { label }) }]}
      >
        <Input maxLength={100} autoFocus />
      </Form.Item>
    </FormDrawer>
  );
}

function JoinDrawer({ company, onClose }: { company: CompanyInfo; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ into: number }>();
  const [search, setSearch] = useState("");
  const found = $api.useQuery("get", "/api/companies", { params: { query: { size: 20, search } } });
  const join = $api.useMutation("post", "/api/companies/{company_id}/join", {
    onSuccess: () => invalidateTopic(queries, "companies"),
  });
  const save = async (body: { into: number }) => {
    const stays = await join.mutateAsync({ params: { path: { company_id: company.id } }, body });
    message.success(t("companies.joined", { name: stays.name }));
    void navigate(`/companies/${stays.id}`, { replace: true });
  };
  const others = (found.data?.items ?? []).filter(({ id }) => id !== company.id);
  const label = t("companies.into");
  return (
    <FormDrawer<{ into: number }>
      title={t("companies.join")}
      form={form}
      initialValues={{}}
      onSubmit={save}
      onClose={onClose}
      submitText={t("companies.join")}
    >
      <p className={styles.hint}>{t("companies.joinText", { name: company.name })}</p>
      <Form.Item
        name="into"
        label={label}
        rules={[{ required: true, message: t("common.required", { label }) }]}
      >
        <Select
          showSearch={{ filterOption: false, onSearch: setSearch }}
          options={others.map(({ id, name, persons }) => ({ value: id, label: `${name} · ${persons}` }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}

function Content({ company }: { company: CompanyInfo }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [open, setOpen] = useState<"rename" | "join" | null>(null);
  const close = () => setOpen(null);
  const acts = mayWrite && (
    <Space wrap>
      <Button onClick={() => setOpen("rename")}>{t("companies.rename")}</Button>
      <Button onClick={() => setOpen("join")}>{t("companies.join")}</Button>
    </Space>
  );
  return (
    <>
      <PageHead title={company.name} text={t("companies.counted", { count: company.persons })} extra={acts} />
      <CompanyPersons companyId={company.id} />
      {open === "rename" && <RenameDrawer company={company} onClose={close} />}
      {open === "join" && <JoinDrawer company={company} onClose={close} />}
    </>
  );
}

/** A company with its persons and leads. */
export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = $api.useQuery("get", "/api/companies/{company_id}", {
    params: { path: { company_id: Number(id) } },
  });
  return (
    <>
      <Link to="/companies" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("companies.title")}
      </Link>
      {query.isPending && <Skeleton active />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content company={query.data} />}
    </>
  );
}
