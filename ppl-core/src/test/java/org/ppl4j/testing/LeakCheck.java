package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.ppl4j.tensor.Run;

/** Fails a test that leaves native tensors behind: {@code @ExtendWith(LeakCheck.class)}. */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put("live", Run.liveTensors());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    long before = context.getStore(NAMESPACE).get("live", Long.class);
    assertThat(Run.liveTensors()).as("native tensors alive after the test").isEqualTo(before);
  }
}
