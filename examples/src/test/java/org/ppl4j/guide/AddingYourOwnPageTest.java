package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ppl4j.transforms.TransformCheck;

/** What is added keeps the laws. */
class AddingYourOwnPageTest {

  @Test
  void theTransformKeepsTheLaws() {
    TransformCheck check = AddingYourOwnPage.check();

    assertThat(check.isPassed()).isTrue();
    assertThat(check).asString().startsWith("sinh\n  inverse: exact");
    assertThat(check).asString().contains("\n  log-det against the Jacobian: ");
  }
}
