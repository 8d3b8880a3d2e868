package org.ppl4j.studies.shapes;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.testing.AcceptancePoint;

/** What the chapter flows.md says of partitions and of families, measured again. */
@Tag("acceptance")
class FlowSurveyAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("seen.7");

  private final FlowSurvey survey = new FlowSurvey();

  @Test
  @Tag("seen.7")
  void couplingsThatPartNeighboursAreNearer() {
    FlowSurvey.Figures figures = survey.partitions();
    System.out.println(figures);
    for (PlaneDistribution shape : PlaneDistributions.zoo()) {
      POINT.below(
          "distance by alternating columns, over that by halves, " + shape.name(),
          figures.mean("alternating", shape.name()) / figures.mean("half", shape.name()),
          0.5);
      POINT.below(
          "distance by learned maps between, over that by halves, " + shape.name(),
          figures.mean("learned", shape.name()) / figures.mean("half", shape.name()),
          0.75);
    }
  }

  @Test
  @Tag("seen.7")
  void splinesReachTheClaw() {
    FlowSurvey.Figures figures = survey.families();
    System.out.println(figures);
    POINT.below("distance by 32 bins", figures.mean("RationalQuadratic", "32"), 0.01);
    POINT.above("distance of an affine map", figures.mean("AffineFamily", "32"), 0.05);
  }
}
