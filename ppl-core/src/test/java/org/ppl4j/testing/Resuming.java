package org.ppl4j.testing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Acceptance tests that have passed are noted in the {@link Ledger}; where a run is told to resume,
 * by {@code -Dacceptance.resume}, it leaves out those that have passed on the same commit. Of no
 * effect in a build that has no ledger.
 */
public final class Resuming implements ExecutionCondition, AfterTestExecutionCallback {

  private static final String RESUME = "acceptance.resume";

  private final Optional<Ledger> ledger;
  private final boolean isResumed;

  /** As the build says. */
  public Resuming() {
    this(Ledger.ofBuild(), System.getProperty(RESUME) != null);
  }

  Resuming(Optional<Ledger> ledger, boolean isResumed) {
    this.ledger = ledger;
    this.isResumed = isResumed;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean isDone =
        isResumed
            && context.getTestMethod().isPresent()
            && ledger.filter(book -> book.isDone(context.getUniqueId())).isPresent();
    return isDone ? disabled("it has passed on this commit") : enabled("it has to run");
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isEmpty()) {
      ledger.ifPresent(book -> book.done(context.getUniqueId()));
    }
  }
}
