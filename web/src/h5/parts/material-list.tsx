import Button from "antd-mobile/es/components/button";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, type SidebarCustomer, type SidebarMaterials, take } from "../api/client";
import type { Sending } from "../pages/use-sidebar";
import { fillScript } from "./script-text";
import css from "./sidebar.module.css";

interface Props {
  customer: SidebarCustomer;
  materials: SidebarMaterials;
  sending: Sending;
}

const kinds = ["scripts", "links", "files"] as const;
type Kind = (typeof kinds)[number];

interface RowProps {
  id: string;
  title: string;
  hint?: string | undefined;
  text: string;
  lacks?: string | undefined;
  sending: Sending;
  onSend: () => void;
  children?: ReactNode;
}

function Row({ id, title, hint, text, lacks, sending, onSend }: RowProps) {
  const { t } = useTranslation();
  return (
    <li className={css.row}>
      <div>
        <b>
          {title} {hint && <small>{hint}</small>}
        </b>
        <p>{text}</p>
        {lacks && <p className={css.lacks}>{lacks}</p>}
      </div>
      <Button
        color="primary"
        loading={sending.busy === id}
        disabled={sending.busy !== null || lacks !== undefined}
        onClick={onSend}
        aria-label={t("h5.sidebar.sendOf", { name: title })}
      >
        {t("h5.sidebar.send")}
      </Button>
    </li>
  );
}

function Scripts({ customer, materials, sending }: Props) {
  const { t } = useTranslation();
  const values = { name: customer.name, company: customer.company, staff: customer.member };
  return materials.scripts.map(({ id, name, category, text }) => {
    const filled = fillScript(text, values);
    const lacks = filled.missing.map((each) =>
      each === "name" || each === "company" || each === "staff" ? t(`h5.sidebar.variable.${each}`) : each,
    );
    const content = filled.text;
    return (
      <Row
        key={id}
        id={`script:${id}`}
        title={name}
        hint={category}
        text={content}
        lacks={lacks.length > 0 ? t("h5.sidebar.lacks", { names: lacks.join("、") }) : undefined}
        sending={sending}
        onSend={() =>
          sending.send(`script:${id}`, async () => ({ msgtype: "text", text: { content } }), {
            type: "text",
            script: id,
            text: content,
            title: name,
            url: "",
          })
        }
      />
    );
  });
}

function Links({ materials, sending }: Props) {
  const { t } = useTranslation();
  return materials.links.map(({ title, url, desc, picurl, article }) => {
    const news = { link: url, title, desc, imgUrl: picurl };
    return (
      <Row
        key={`${url} ${title}`}
        id={`link:${url} ${title}`}
        title={title}
        hint={article === null ? undefined : t("h5.sidebar.article")}
        text={desc || url}
        sending={sending}
        onSend={() =>
          sending.send(`link:${url} ${title}`, async () => ({ msgtype: "news", news }), {
            type: "link",
            title,
            url,
            text: "",
            ...(article !== null && { article }),
          })
        }
      />
    );
  });
}

function Files({ materials, sending }: Props) {
  const { t } = useTranslation();
  const ask = async (id: number, type: "image" | "file") => {
    const params = { path: { file_id: id } };
    const { media_id } = await take(client.POST("/api/h5/sidebar/files/{file_id}", { params }));
    return { msgtype: type, [type]: { mediaid: media_id } };
  };
  return materials.files.map(({ id, type, name }) => (
    <Row
      key={id}
      id={`file:${id}`}
      title={name}
      text={t(`h5.sidebar.fileType.${type}`)}
      sending={sending}
      onSend={() => sending.send(`file:${id}`, () => ask(id, type), { type, title: name, text: "", url: "" })}
    />
  ));
}

const lists = { scripts: Scripts, links: Links, files: Files };

/** What can be sent, by kind; a script with a gap says what is missing and is not sent. */
export function MaterialList(props: Props) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>("scripts");
  const List = lists[kind];
  return (
    <section className={css.materials} aria-label={t("h5.sidebar.materials")}>
      <nav className={css.kinds}>
        {kinds.map((each) => (
          <button type="button" key={each} aria-pressed={each === kind} onClick={() => setKind(each)}>
            {t(`h5.sidebar.${each}`, { n: props.materials[each].length })}
          </button>
        ))}
      </nav>
      {props.materials[kind].length > 0 ? (
        <ul>
          <List {...props} />
        </ul>
      ) : (
        <p className={css.empty}>{t(`h5.sidebar.empty.${kind}`)}</p>
      )}
    </section>
  );
}
