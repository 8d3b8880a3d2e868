package org.ppl4j.tensor.internal.plan;

import java.util.List;

/** What a loop does with a tile, one after the other. */
interface TileStep {

  /** Where it takes elements from. */
  List<Operand> operands();

  /** Where it puts them. */
  List<Operand> targets();

  /** The same with registers that have other numbers. */
  TileStep in(int[] registers);

  /** One for which there is code from the first run on. */
  interface Coded extends TileStep {

    /** Writes code that does it for a tile. */
    void write(StepCode code);

    @Override
    Coded in(int[] registers);
  }
}
