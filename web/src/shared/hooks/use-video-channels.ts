import { $api } from "@/api/client";

/** The Channels accounts that somebody noted. */
export function useVideoChannels() {
  return $api.useQuery("get", "/api/video-channels", {});
}
