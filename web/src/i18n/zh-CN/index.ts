import access from "./access.json";
import common from "./common.json";
import error from "./error.json";
import shell from "./shell.json";

export default { access, common, error, shell };
