package org.ppl4j.params;

import com.google.common.collect.ImmutableList;

/** A file of parameters that was checked against a store; running it loads the file there. */
public interface ParamReading extends Runnable {

  /** Where each parameter was in the store that was saved, in the order of creation. */
  ImmutableList<ParamSlot> slots();

  /** The names of the buffers that steps had updated. */
  ImmutableList<String> statistics();
}
