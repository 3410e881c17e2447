"""How an operator is called, by the App, by Python and by queues, and answers."""
