import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { startI18n } from "./i18n";
import "antd-mobile/es/global";
import "./h5.css";

const root = document.getElementById("root");
if (root === null) throw new Error("h5.html has no #root");

await startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
