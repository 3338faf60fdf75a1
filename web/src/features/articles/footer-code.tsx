import { useTranslation } from "react-i18next";
import type { Article } from "@/api/types";
import { everyday } from "@/shared/components/code-place-fields";
import { SourceFormDrawer } from "@/shared/components/contact-way/source-form-drawer";

const longestName = 100;

/** Makes the code at an article's foot, or one with material in place of a bare name card. */
export function FooterCodeDrawer({ article, onClose }: { article: Article; onClose(): void }) {
  const { t } = useTranslation();
  const first = article.codes === 0;
  const name = `${t("articles.footer.name")} · ${article.title}`.slice(0, longestName);
  const start = {
    name: first ? name : `${t("articles.footer.takeAwayName")} · ${article.title}`.slice(0, longestName),
    article_id: article.id,
    campaign_id: article.campaign_id ?? everyday,
    mechanism: "take_away" as const,
  };
  return (
    <SourceFormDrawer
      source={null}
      start={start}
      title={t(first ? "articles.footer.make" : "articles.footer.replace")}
      onClose={onClose}
    />
  );
}

/** What to do about the code at the foot: none yet, one without material, or one that has it. */
export function footerAction(article: Article): "make" | "replace" | "another" {
  if (article.codes === 0) return "make";
  return article.mechanism === "take_away" ? "another" : "replace";
}
