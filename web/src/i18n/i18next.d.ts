import "i18next";
import type zh from "./zh-CN";
import type h5 from "./zh-CN/h5.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    /** The console loads all but `h5`; the phone loads `h5` and `error`. */
    resources: { translation: typeof zh & { h5: typeof h5 } };
  }
}
