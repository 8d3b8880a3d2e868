package org.ppl4j.tensor.plan;

import java.util.List;

/** What a loop does with a tile, one after the other. */
interface TileStep {

  /** Does it for elements of a row, from one on. */
  void run(Store store, int row, int from, int n);

  /** The same with registers that have other numbers. */
  TileStep in(int[] registers);

  /** Where it takes elements from. */
  List<Operand> operands();

  /** Where it puts them. */
  List<Operand> targets();
}
