package org.ppl4j.testing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test each of whose methods has a sandbox of its own. */
public abstract class WithSandbox {

  /** Where it records programs. */
  protected Sandbox sandbox;

  @BeforeEach
  final void openSandbox() {
    sandbox = Sandbox.open();
  }

  @AfterEach
  final void closeSandbox() {
    sandbox.close();
  }
}
