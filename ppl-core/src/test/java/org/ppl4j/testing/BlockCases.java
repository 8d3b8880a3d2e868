package org.ppl4j.testing;

import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv1dTranspose;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.stream.IntStream;

/** The kinds of blocks that DJL has. */
public final class BlockCases {

  private static final ImmutableList<BlockCase> ALL =
      ImmutableList.of(
          BlockCase.of("linear", new Shape(5, 3), () -> linear(4)),
          BlockCase.of("convolution along one axis", new Shape(3, 2, 9), BlockCases::conv1d),
          BlockCase.of("convolution along two axes", new Shape(2, 4, 7, 6), BlockCases::conv2d),
          BlockCase.of(
              "convolution along three axes", new Shape(2, 2, 5, 4, 3), BlockCases::conv3d),
          BlockCase.of("pools of volumes", new Shape(2, 1, 5, 4, 4), BlockCases::volumes),
          BlockCase.of("transposed along one axis", new Shape(2, 3, 5), BlockCases::transposed1d)
              .notOfEngine(),
          BlockCase.of("transposed along two axes", new Shape(2, 3, 4, 3), BlockCases::transposed)
              .notOfEngine(),
          BlockCase.of("pools", new Shape(2, 1, 8, 8), BlockCases::pools),
          new BlockCase("embedding", BlockCases::embedding, new Shape(4, 3), 6, true),
          BlockCase.of("layer norm", new Shape(4, 5), () -> between(LayerNorm.builder().build())),
          BlockCase.of("batch norm", new Shape(6, 3), () -> between(BatchNorm.builder().build())),
          BlockCase.of("batch norm of images", new Shape(3, 2, 4, 4), BlockCases::images),
          BlockCase.of("attention", new Shape(2, 5, 6), () -> attention()),
          BlockCase.of("transformer encoder", new Shape(2, 4, 6), BlockCases::encoder),
          BlockCase.of(
              "recurrent", new Shape(3, 5, 2), () -> recurrent(RNN.Activation.TANH, 1, true)),
          BlockCase.of(
              "rectified recurrent, time first",
              new Shape(5, 3, 2),
              () -> recurrent(RNN.Activation.RELU, 2, false)),
          BlockCase.of("LSTM", new Shape(3, 6, 2), () -> lstm(1, true, false)),
          BlockCase.of(
              "two layers of LSTM without biases", new Shape(2, 4, 3), () -> lstm(2, false, false)),
          BlockCase.of(
              "LSTM both ways without biases", new Shape(2, 4, 3), () -> lstm(2, false, true)),
          BlockCase.of("LSTM both ways", new Shape(2, 4, 3), () -> lstm(2, true, true))
              .notOfEngine(),
          BlockCase.of("GRU", new Shape(3, 6, 2), BlockCases::gru),
          BlockCase.of("dropout of nothing", new Shape(5, 3), () -> between(dropout(0))),
          BlockCase.of("activations", new Shape(5, 4), BlockCases::activations),
          BlockCase.of("parallel", new Shape(5, 3), BlockCases::parallel));

  private BlockCases() {}

  /** All of them. */
  public static List<BlockCase> all() {
    return ALL;
  }

  /** Those that DJL's engine has, too. */
  public static List<BlockCase> ofEngine() {
    return ALL.stream().filter(BlockCase::isOfEngine).toList();
  }

  /** That of a name. */
  public static BlockCase named(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  /** A dense layer. */
  public static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  /** Leaves out a share of all numbers. */
  public static Dropout dropout(double rate) {
    return Dropout.builder().optRate((float) rate).build();
  }

  /** A block of four numbers between dense layers. */
  public static SequentialBlock between(Block block) {
    return new SequentialBlock().add(linear(4)).add(block).add(linear(2));
  }

  private static Block conv1d() {
    return Conv1d.builder()
        .setKernelShape(new Shape(3))
        .setFilters(4)
        .optStride(new Shape(2))
        .optPadding(new Shape(1))
        .build();
  }

  private static Block conv2d() {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 2))
        .setFilters(6)
        .optStride(new Shape(2, 1))
        .optPadding(new Shape(1, 0))
        .optDilation(new Shape(1, 2))
        .optGroups(2)
        .build();
  }

  private static Block conv3d() {
    return Conv3d.builder()
        .setKernelShape(new Shape(2, 3, 2))
        .setFilters(4)
        .optStride(new Shape(2, 1, 1))
        .optPadding(new Shape(1, 1, 0))
        .optDilation(new Shape(2, 1, 1))
        .optGroups(2)
        .build();
  }

  private static Block volumes() {
    return new SequentialBlock()
        .add(Conv3d.builder().setKernelShape(new Shape(2, 1, 1)).setFilters(2).build())
        .add(Pool.maxPool3dBlock(new Shape(2, 2, 2), new Shape(1, 1, 1)))
        .add(Pool.avgPool3dBlock(new Shape(2, 2, 1), new Shape(1, 1, 1)))
        .add(Blocks.batchFlattenBlock())
        .add(linear(2));
  }

  private static Block transposed1d() {
    return Conv1dTranspose.builder()
        .setKernelShape(new Shape(3))
        .setFilters(2)
        .optStride(new Shape(2))
        .build();
  }

  private static Block transposed() {
    return Conv2dTranspose.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(2)
        .optStride(new Shape(2, 2))
        .optPadding(new Shape(1, 1))
        .build();
  }

  private static Block pools() {
    return new SequentialBlock()
        .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(3).build())
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(1, 1)))
        .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Pool.globalAvgPool2dBlock())
        .add(linear(2));
  }

  private static Block embedding() {
    List<String> words = IntStream.range(0, 6).mapToObj(i -> "w" + i).toList();
    return TrainableWordEmbedding.builder()
        .setEmbeddingSize(3)
        .setVocabulary(new DefaultVocabulary(words))
        .build();
  }

  private static Block images() {
    return new SequentialBlock()
        .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(3).build())
        .add(BatchNorm.builder().optEpsilon(1e-3f).optMomentum(0.8f).build())
        .add(Activation::relu)
        .add(Blocks.batchFlattenBlock())
        .add(linear(2));
  }

  private static Block attention() {
    return ScaledDotProductAttentionBlock.builder()
        .setEmbeddingSize(6)
        .setHeadCount(2)
        .optAttentionProbsDropoutProb(0)
        .build();
  }

  private static Block encoder() {
    return new TransformerEncoderBlock(6, 2, 8, 0, Activation::gelu);
  }

  private static Block recurrent(RNN.Activation activation, int layers, boolean isBatchFirst) {
    return RNN.builder()
        .setStateSize(3)
        .setNumLayers(layers)
        .setActivation(activation)
        .optBatchFirst(isBatchFirst)
        .build();
  }

  /** Long short-term memory of states of three numbers. */
  public static Block lstm(int layers, boolean hasBiases, boolean isBidirectional) {
    return LSTM.builder()
        .setStateSize(3)
        .setNumLayers(layers)
        .optHasBiases(hasBiases)
        .optBidirectional(isBidirectional)
        .build();
  }

  private static Block gru() {
    return GRU.builder().setStateSize(4).setNumLayers(2).build();
  }

  private static Block activations() {
    return new SequentialBlock()
        .add(linear(4))
        .add(Activation.geluBlock())
        .add(linear(4))
        .add(Activation.seluBlock())
        .add(linear(4))
        .add(Activation.eluBlock(0.7f))
        .add(linear(4))
        .add(Activation.leakyReluBlock(0.2f))
        .add(linear(4))
        .add(Activation.swishBlock(1.5f))
        .add(linear(4))
        .add(Activation.softPlusBlock())
        .add(linear(4))
        .add(Activation.softSignBlock())
        .add(linear(4))
        .add(Activation.sigmoidBlock());
  }

  private static Block parallel() {
    return new ParallelBlock(
        outputs -> new ai.djl.ndarray.NDList(outputs.get(0).head().mul(outputs.get(1).head())),
        List.of(linear(3), new SequentialBlock().add(linear(3)).add(Activation::tanh)));
  }
}
