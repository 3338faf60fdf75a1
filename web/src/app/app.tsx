import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { RouterProvider } from "react-router";
import { createAppQueryClient } from "@/api/query-client";
import { PreferencesProvider } from "./preferences";
import { createRouter } from "./routes";

export function App() {
  const [queries] = useState(createAppQueryClient);
  const [router] = useState(createRouter);
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <RouterProvider router={router} />
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
