/**
 * The architectures of torchvision under their own names, with the names, the order and the first
 * values of their parameters. {@link org.jennit.models.Models} makes one by its name; the classes'
 * factory methods make one with fresh weights, in training mode.
 */
package org.jennit.models;
