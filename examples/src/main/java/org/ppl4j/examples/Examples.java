package org.ppl4j.examples;

import com.google.common.collect.ImmutableList;

/** The list of all examples: a new one adds its line here. */
final class Examples {

  static final ImmutableList<Example> ALL =
      ImmutableList.of(
          new Coin(),
          new EightSchools(),
          new Radon(),
          new Missing(),
          new Counts(),
          new Regression(),
          new Energies(),
          new IafGuide(),
          new TwoCircles(),
          new DensityZoo(),
          new TwoMoonsSbi(),
          new SbiBenchmark(),
          new RedWine(),
          new WineBands(),
          new CsvDensity(),
          new Digits());

  private Examples() {}
}
