/**
 * From a tensor to a picture: colour maps, normalisation, grids and PNG files, with Zennit's
 * numbers. Start at {@link org.jennit.image.Image}; {@link org.jennit.image.ColorMap} holds the
 * colours and {@link org.jennit.image.ImgifyOptions} the choices.
 */
package org.jennit.image;
