package org.ppl4j.infer.sbi;

import java.util.List;

/**
 * Where rows of {@link Npe#simulate(int, SimulationPlace)} are simulated, other than on threads of
 * this JVM: on executors of a cluster, say.
 */
@FunctionalInterface
public interface SimulationPlace {

  /**
   * Simulates blocks by {@link RowSimulator#run}. What comes of a block depends on the block alone:
   * in any order, anywhere, and as often as need be.
   *
   * @return what came of each, in the same order
   */
  List<SimulatedRows> run(RowSimulator simulator, List<SimulationRows> blocks);
}
