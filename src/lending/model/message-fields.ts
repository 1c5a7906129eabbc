import { z } from 'zod';

/**
 * What a message may say about how it is answered. Only these: `mcp_servers` and `container` make the model API itself
 * reach the network, and a field that nobody here knows may do so tomorrow.
 */
export const messageFields = z.strictObject({
  model: z.string(),
  messages: z.array(z.unknown()),
  max_tokens: z.int().positive().optional(),
  system: z.unknown().optional(),
  tools: z.array(z.unknown()).optional(),
  tool_choice: z.unknown().optional(),
  stream: z.boolean().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.number().optional(),
  stop_sequences: z.array(z.string()).optional(),
  thinking: z.looseObject({ budget_tokens: z.number().optional() }).optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  output_config: z.unknown().optional(),
  output_format: z.unknown().optional(),
  context_management: z.unknown().optional(),
  cache_control: z.unknown().optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
});

export type Message = z.infer<typeof messageFields>;
