import { keepPreviousData } from "@tanstack/react-query";
import { Drawer, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { HopPerson } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { durationText } from "@/shared/format/duration";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import styles from "./paths.module.css";

const size = 20;

interface Props {
  pathId: number;
  hop: string;
  title: string;
  query: { first: string; last: string; state?: string; staff?: string };
  onClose(): void;
}

/** Who entered a hop in the period, newest first, with exact times. */
export function HopPersons({ pathId, hop, title, query, onClose }: Props) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const [page, setPage] = useState(1);
  const list = $api.useQuery(
    "get",
    "/api/paths/{path_id}/hops/{hop}/persons",
    { params: { path: { path_id: pathId, hop }, query: { ...query, page, size } } },
    { placeholderData: keepPreviousData },
  );
  const columns = [
    {
      key: "name",
      title: t("paths.person.name"),
      render: (_: unknown, row: HopPerson) => (
        <>
          <Link to={`/persons/${row.person_id}`}>{row.name ?? t("common.unknownName")}</Link>
          {!row.resolved && <Tag className={styles.tag}>{t("paths.person.unresolved")}</Tag>}
        </>
      ),
    },
    {
      key: "source",
      title: t("paths.by.sources"),
      render: (_: unknown, row: HopPerson) => row.source ?? (row.state || t("paths.unknown")),
    },
    {
      key: "owner",
      title: t("paths.by.owners"),
      render: (_: unknown, row: HopPerson) => row.owner ?? (row.staff || t("paths.unknown")),
    },
    {
      key: "entered",
      title: t("paths.person.entered"),
      render: (_: unknown, row: HopPerson) => <Moment at={row.entered_at} />,
    },
    {
      key: "took",
      title: t("paths.person.took"),
      render: (_: unknown, row: HopPerson) =>
        row.seconds === null ? t("paths.person.notYet") : durationText(t, row.seconds),
    },
  ];
  return (
    <Drawer open title={title} size={isNarrow ? "100%" : 760} onClose={onClose}>
      {list.error ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          size="small"
          rowKey="person_id"
          loading={list.isPending}
          columns={columns}
          dataSource={list.data?.items ?? []}
          locale={{ emptyText: t("paths.nobody") }}
          pagination={{
            current: page,
            pageSize: size,
            total: list.data?.total ?? 0,
            onChange: setPage,
            showSizeChanger: false,
            showTotal: (total) => t("paths.person.total", { count: total }),
          }}
        />
      )}
    </Drawer>
  );
}
