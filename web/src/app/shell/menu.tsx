import {
  AppstoreOutlined,
  BranchesOutlined,
  ContactsOutlined,
  GlobalOutlined,
  QrcodeOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import type { MenuProps } from "antd";
import type { TFunction } from "i18next";
import { Link } from "react-router";
import type { Role } from "@/api/types";

type MenuItems = NonNullable<MenuProps["items"]>;

export const paths = {
  workbench: "/",
  paths: "/paths",
  sources: "/sources",
  joinWays: "/join-ways",
  persons: "/persons",
  groupChats: "/group-chats",
  accounts: "/settings/accounts",
  deadLetters: "/settings/dead-letters",
  audit: "/settings/audit",
} as const;

type Place = keyof typeof paths;

const groupOf: Partial<Record<Place, string>> = {
  sources: "acquire",
  joinWays: "acquire",
  persons: "leads",
  groupChats: "places",
  accounts: "settings",
  deadLetters: "settings",
  audit: "settings",
};

function link(t: TFunction, place: Place) {
  return { key: place, label: <Link to={paths[place]}>{t(`shell.menu.${place}`)}</Link> };
}

/** Only what exists is shown, and only what the role may open. */
export function menuItems(t: TFunction, role: Role): MenuItems {
  const settings: Place[] = role === "admin" ? ["accounts", "deadLetters", "audit"] : ["deadLetters"];
  return [
    { ...link(t, "workbench"), icon: <AppstoreOutlined /> },
    { ...link(t, "paths"), icon: <BranchesOutlined /> },
    {
      key: "acquire",
      icon: <QrcodeOutlined />,
      label: t("shell.menu.acquire"),
      children: [link(t, "sources"), link(t, "joinWays")],
    },
    {
      key: "leads",
      icon: <ContactsOutlined />,
      label: t("shell.menu.leads"),
      children: [link(t, "persons")],
    },
    {
      key: "places",
      icon: <GlobalOutlined />,
      label: t("shell.menu.places"),
      children: [link(t, "groupChats")],
    },
    {
      key: "settings",
      icon: <SettingOutlined />,
      label: t("shell.menu.settings"),
      children: settings.map((place) => link(t, place)),
    },
  ];
}

/** The menu entry of an address, and the groups that must be open to see it. */
export function placeOf(pathname: string): { place: Place | null; groups: string[] } {
  const places = Object.keys(paths) as Place[];
  const found = places.find((place) =>
    place === "workbench" ? pathname === "/" : pathname.startsWith(paths[place]),
  );
  const group = found ? groupOf[found] : undefined;
  return { place: found ?? null, groups: group ? [group] : [] };
}

export const allGroups = ["acquire", "leads", "places", "settings"];
