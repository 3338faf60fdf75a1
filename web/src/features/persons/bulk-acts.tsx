import { NotificationOutlined, TagsOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Person } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { useTagOptions } from "./use-persons";

/** Puts tags on several persons, or takes them off; says what became of it. */
function useMarks(persons: Person[], onDone: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const { mutate, isPending } = $api.useMutation("post", "/api/tags/marks", {
    onSuccess: ({ done, waiting, unreached }: { done: number; waiting: number; unreached: number }) => {
      const told = [
        t("persons.bulk.done", { count: done }),
        waiting > 0 && t("persons.bulk.waiting", { count: waiting }),
        unreached > 0 && t("persons.bulk.unreached", { count: unreached }),
      ];
      message[unreached > 0 ? "warning" : "success"](told.filter(Boolean).join(t("common.listSeparator")));
      for (const topic of ["tags", "persons"]) invalidateTopic(queries, topic);
      onDone();
    },
    onError: (error: unknown) => {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    },
  });
  const mark = (tags: number[], on: boolean) =>
    mutate({ body: { tags, persons: persons.map(({ id }) => id), on } });
  return { mark, isPending };
}

function TagsModal({ persons, onClose, onDone }: { persons: Person[]; onClose(): void; onDone(): void }) {
  const { t } = useTranslation();
  const [tags, setTags] = useState<number[]>([]);
  const options = useTagOptions();
  const { mark, isPending } = useMarks(persons, onDone);
  const act = (on: boolean) => (
    <Button
      type={on ? "primary" : "default"}
      disabled={tags.length === 0}
      loading={isPending}
      onClick={() => mark(tags, on)}
    >
      {t(on ? "persons.bulk.put" : "persons.bulk.take")}
    </Button>
  );
  return (
    <Modal
      open
      title={t("persons.bulk.tagsOf", { count: persons.length })}
      onCancel={onClose}
      footer={
        <Space>
          {act(false)}
          {act(true)}
        </Space>
      }
    >
      <Select
        mode="multiple"
        style={{ width: "100%" }}
        aria-label={t("persons.bulk.tags")}
        placeholder={t("persons.bulk.tags")}
        showSearch={{ optionFilterProp: "label" }}
        value={tags}
        options={options}
        onChange={setTags}
      />
    </Modal>
  );
}

/** What can be done with those who were chosen: tags, or a broadcast to just them. */
export function BulkActs({ persons, onDone }: { persons: Person[]; onDone(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [tagging, setTagging] = useState(false);
  const send = () => void navigate("/broadcasts", { state: { persons: persons.map(({ id }) => id) } });
  return (
    <Space wrap>
      <Button icon={<TagsOutlined />} onClick={() => setTagging(true)}>
        {t("persons.bulk.tags")}
      </Button>
      <Button icon={<NotificationOutlined />} onClick={send}>
        {t("persons.bulk.broadcast")}
      </Button>
      {tagging && <TagsModal persons={persons} onClose={() => setTagging(false)} onDone={onDone} />}
    </Space>
  );
}
