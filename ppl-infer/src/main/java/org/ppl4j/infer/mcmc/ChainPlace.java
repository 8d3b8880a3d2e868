package org.ppl4j.infer.mcmc;

import java.util.List;

/**
 * Where chains of {@link Mcmc#run(Object, ChainPlace)} run, other than on threads of this JVM: on
 * executors of a cluster, say.
 */
@FunctionalInterface
public interface ChainPlace {

  /**
   * Does work by {@link Mcmc#run(Object, ChainWork, java.util.function.BooleanSupplier)} of the
   * same sampler and equal data. What a chain does depends on its work alone: in any order,
   * anywhere, and as often as need be.
   *
   * @param works one a chain
   * @return what came of each, in the same order
   */
  List<ChainDone> run(List<ChainWork> works);
}
