package org.ppl4j.examples;

import com.google.common.collect.ImmutableList;
import org.ppl4j.examples.basics.Coin;
import org.ppl4j.examples.choices.CaptureRecapture;
import org.ppl4j.examples.choices.Penguins;
import org.ppl4j.examples.choices.Regimes;
import org.ppl4j.examples.density.Claims;
import org.ppl4j.examples.density.CsvDensity;
import org.ppl4j.examples.density.Globe;
import org.ppl4j.examples.density.RedWine;
import org.ppl4j.examples.density.TwoCircles;
import org.ppl4j.examples.density.WineBands;
import org.ppl4j.examples.dynamics.LotkaVolterra;
import org.ppl4j.examples.dynamics.Pharmacokinetics;
import org.ppl4j.examples.guides.Funnel;
import org.ppl4j.examples.guides.IafGuide;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.ModelComparison;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.hierarchical.StanData;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.missing.MissingValues;
import org.ppl4j.examples.regression.Counts;
import org.ppl4j.examples.regression.Regression;
import org.ppl4j.examples.serve.Serve;
import org.ppl4j.examples.simulators.TwoMoonsSbi;
import org.ppl4j.studies.digits.Digits;
import org.ppl4j.studies.digits.ImageFlows;
import org.ppl4j.studies.digits.Vae;
import org.ppl4j.studies.energies.Energies;
import org.ppl4j.studies.sbi.SbiBenchmark;
import org.ppl4j.studies.shapes.DensityZoo;

/** The list of all examples: a new one is a class and a row here. */
public final class Examples {

  /** Those that the command line runs, in the order that it lists them. */
  public static final ImmutableList<Example> ALL =
      ImmutableList.of(
          new Coin(),
          new EightSchools(),
          new StanData(),
          new Radon(),
          new ModelComparison(),
          new Penguins(),
          new Regimes(),
          new CaptureRecapture(),
          new MissingValues(),
          new Counts(),
          new Regression(),
          new LotkaVolterra(),
          new Pharmacokinetics(),
          new Energies(),
          new IafGuide(),
          new Funnel(),
          new TwoCircles(),
          new Globe(),
          new DensityZoo(),
          new TwoMoonsSbi(),
          new SbiBenchmark(),
          new RedWine(),
          new WineBands(),
          new Claims(),
          new CsvDensity(),
          new Serve(),
          new Digits(),
          new ImageFlows(),
          new Vae());

  private Examples() {}
}
