package org.ppl4j.testing;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.ppl4j.params.ParamStore;

/** A test each of whose methods has a manager and a parameter store of its own. */
public abstract class WithStore {

  /** The owner of data. */
  protected NDManager manager;

  /** The parameters. */
  protected ParamStore params;

  @BeforeEach
  final void openStore() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager);
  }

  @AfterEach
  final void closeStore() {
    params.close();
    manager.close();
  }
}
