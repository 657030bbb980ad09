"""The pages of the waste orders: sites and units, the basket, the orders."""
