import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Account } from "@/api/types";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import { formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./accounts.module.css";
import { useMayManage } from "./use-accounts";

const tones = { running: "busy", done: "good", failed: "bad" } as const;

function FetchButton({ account, again }: { account: Account; again: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const fetch = $api.useMutation("post", "/api/existing-people/{account_id}", {
    onSuccess: () => invalidateTopic(queries, "existing"),
    onError: (error) => {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    },
  });
  return (
    <Button
      type="link"
      size="small"
      loading={fetch.isPending}
      disabled={account.state !== "ready"}
      onClick={() => fetch.mutate({ params: { path: { account_id: account.id } } })}
    >
      {t(again ? "accounts.existing.again" : "accounts.existing.fetch")}
    </Button>
  );
}

/** How far the people who were there before the account was connected have been fetched. */
export function ExistingLine({ account }: { account: Account }) {
  const { t } = useTranslation();
  const mayManage = useMayManage();
  const { data } = $api.useQuery("get", "/api/existing-people", {});
  const sync = data?.find(({ account_id }) => account_id === account.id);
  const whole = sync?.total == null ? "" : ` / ${formatNumber(sync.total)}`;
  return (
    <>
      <dt>{t(`accounts.existing.title.${account.kind as "wecom"}`)}</dt>
      <dd>
        {sync ? (
          <StateDot tone={tones[sync.state]}>
            {t(`accounts.existing.state.${sync.state}`)}{" "}
            <span className="tabular">
              {formatNumber(sync.seen)}
              {whole}
            </span>{" "}
            <Moment at={sync.ended_at ?? sync.started_at} />
          </StateDot>
        ) : (
          <span className={styles.faint}>{t("accounts.existing.never")}</span>
        )}
        {mayManage && sync?.state !== "running" && (
          <FetchButton account={account} again={sync !== undefined} />
        )}
        {sync?.failure && <FailureText failure={sync.failure} />}
      </dd>
    </>
  );
}
