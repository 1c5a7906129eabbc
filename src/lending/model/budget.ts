import { Refusal } from '../refusals.ts';

export interface Budget {
  requests: number;
  inputBytes: number;
  outputTokens: number;
}

export interface Grant {
  /** What the message may ask for: not more than is left. */
  maxTokens: number;
  /** How much it was. Without this call, all that was granted counts: a stream that was cut off has cost something. */
  settle(outputTokens: number): void;
}

export interface BudgetKeeper {
  /**
   * Sets aside what one message may cost, so that messages side by side cannot spend the same twice.
   * @throws Refusal when less is left than it needs: one request, its bytes, more tokens than it thinks with
   */
  reserve(wanted: { inputBytes: number; maxTokens: number; leastTokens: number }): Grant;
  used(): Budget;
}

/** The owner's money: counted per run, from what the answers say. */
export function createBudget(budget: Budget): BudgetKeeper {
  const used = { requests: 0, inputBytes: 0, outputTokens: 0 };
  return {
    reserve({ inputBytes, maxTokens, leastTokens }) {
      const granted = Math.min(maxTokens, budget.outputTokens - used.outputTokens);
      const isLeft = used.requests < budget.requests && used.inputBytes + inputBytes <= budget.inputBytes;
      if (!isLeft || granted < Math.min(leastTokens, maxTokens)) throw new Refusal('budgetExhausted');
      used.requests++;
      used.inputBytes += inputBytes;
      used.outputTokens += granted;
      let isSettled = false;
      return {
        maxTokens: granted,
        settle(outputTokens) {
          if (isSettled) return;
          isSettled = true;
          used.outputTokens += outputTokens - granted;
        },
      };
    },
    used: () => ({ ...used }),
  };
}
